/**
 * Programs that fetch a link to show a card beside it, by the names they give in public. A program this list does not
 * know follows the link to the shell page, whose card names nobody; a person taken for a program gets a button.
 */
const AGENTS =
  /facebookexternalhit|facebookcatalog|meta-externalfetcher|^WhatsApp\/|TelegramBot|Twitterbot|Slackbot|Slack-ImgProxy|Discordbot|LinkedInBot|SkypeUriPreview|BingPreview|MicrosoftPreview|redditbot|Pinterestbot|vkShare|kakaotalk-scrap|Google-PageRenderer|Googlebot|bingbot|Applebot|Iframely|Embedly|Mastodon|Viberbot|line-poker|ZaloBot/i;

export function isPreviewAgent(userAgent: string | undefined): boolean {
  return AGENTS.test((userAgent ?? "").slice(0, 500));
}
