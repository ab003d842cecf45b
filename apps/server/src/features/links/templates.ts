import type { LanguageCode, MessageChannel, SheetLanguage } from "@tallystick/contract";

/**
 * The words that bring a link. {lender}, {link}, {minutes}, {until} are filled in. The SMS of each language fits one
 * message beside a name and a link of usual length: those in Latin letters keep to the GSM alphabet (Portuguese,
 * Spanish and Vietnamese are worded around, or written without, the letters that are not in it), the others have 70
 * characters in all and say no more than they must.
 */
export const TEMPLATES: Readonly<Record<MessageChannel, Readonly<Record<LanguageCode, string>>>> = {
  sms: {
    en: "{lender}: please play a few short games for your application ({minutes} min): {link}",
    es: "{lender}: le invitamos a unos juegos cortos para su solicitud ({minutes} min): {link}",
    pt: "{lender}: convidamos a jogar alguns jogos curtos para o seu pedido ({minutes} min): {link}",
    fr: "{lender}: quelques petits jeux pour votre demande ({minutes} min): {link}",
    id: "{lender}: mohon mainkan beberapa permainan singkat untuk pengajuan Anda ({minutes} menit): {link}",
    sw: "{lender}: tafadhali cheza michezo mifupi kwa ajili ya ombi lako (dakika {minutes}): {link}",
    vi: "{lender}: moi ban choi vai tro choi ngan cho ho so cua minh ({minutes} phut): {link}",
    hi: "{lender}: {minutes} मिनट के खेल {link}",
    ar: "{lender}: ألعاب قصيرة لطلبك\n{link}",
    th: "{lender}: เกมสั้น {minutes} นาที {link}",
  },
  whatsapp: {
    en: "Hello, this is {lender}. For your application we invite you to play a few short games on your phone. They take about {minutes} min. Your link is good until {until}:\n{link}\nIt belongs to your application alone; please do not pass it on.",
    es: "Hola, le escribe {lender}. Para su solicitud le invitamos a jugar unos juegos cortos en su teléfono. Duran unos {minutes} min. Su enlace vale hasta el {until}:\n{link}\nEs solo para su solicitud; por favor, no lo comparta.",
    pt: "Olá, aqui é {lender}. Para o seu pedido, convidamos você a jogar alguns jogos curtos no seu telefone. Eles levam cerca de {minutes} min. O seu link vale até {until}:\n{link}\nEle pertence apenas ao seu pedido; por favor, não o repasse.",
    fr: "Bonjour, ici {lender}. Pour votre demande, nous vous invitons à quelques petits jeux sur votre téléphone. Ils durent environ {minutes} min. Votre lien est valable jusqu'au {until} :\n{link}\nIl ne vaut que pour votre demande ; merci de ne pas le transmettre.",
    id: "Halo, ini {lender}. Untuk pengajuan Anda, kami mengundang Anda memainkan beberapa permainan singkat di ponsel. Waktunya sekitar {minutes} menit. Tautan Anda berlaku sampai {until}:\n{link}\nTautan ini hanya untuk pengajuan Anda; mohon jangan dibagikan.",
    sw: "Habari, hapa ni {lender}. Kwa ajili ya ombi lako tunakualika ucheze michezo mifupi kwenye simu yako. Itachukua takriban dakika {minutes}. Kiungo chako kinatumika hadi {until}:\n{link}\nNi kwa ajili ya ombi lako pekee; tafadhali usimpe mtu mwingine.",
    vi: "Xin chào, đây là {lender}. Cho hồ sơ của bạn, chúng tôi mời bạn chơi vài trò chơi ngắn trên điện thoại, mất khoảng {minutes} phút. Liên kết của bạn dùng được đến {until}:\n{link}\nLiên kết chỉ dành cho hồ sơ của bạn; xin đừng chuyển cho người khác.",
    hi: "नमस्ते, यह संदेश {lender} की ओर से है। आपके आवेदन के लिए हम आपको फ़ोन पर कुछ छोटे खेल खेलने का निमंत्रण देते हैं। इनमें लगभग {minutes} मिनट लगते हैं। आपका लिंक {until} तक मान्य है:\n{link}\nयह केवल आपके आवेदन के लिए है; कृपया इसे किसी और को न भेजें।",
    ar: "مرحبًا، معك {lender}. من أجل طلبك ندعوك إلى لعب بعض الألعاب القصيرة على هاتفك. المدة التقريبية بالدقائق: {minutes}. رابطك صالح حتى {until}:\n{link}\nالرابط مخصص لطلبك وحده؛ يُرجى عدم إرساله إلى غيرك.",
    th: "สวัสดี เราคือ {lender} สำหรับคำขอของคุณ เราขอเชิญคุณเล่นเกมสั้น ๆ บนโทรศัพท์ ใช้เวลาประมาณ {minutes} นาที ลิงก์ของคุณใช้ได้ถึง {until}:\n{link}\nลิงก์นี้สำหรับคำขอของคุณเท่านั้น โปรดอย่าส่งต่อ",
  },
};

/** What people are told below a printed code; the letters of PDF's built-in fonts suffice for these. */
export const SHEET_LINES: Readonly<Record<SheetLanguage, string>> = {
  en: "Scan with your phone's camera, or type the address.",
  es: "Escanee con la cámara de su teléfono o escriba la dirección.",
  pt: "Leia com a câmera do telefone ou digite o endereço.",
  fr: "Scannez avec votre téléphone ou saisissez l'adresse.",
  id: "Pindai dengan kamera ponsel, atau ketik alamatnya.",
  sw: "Skani kwa kamera ya simu, au andika anwani.",
};
