/** What users and invitations are looked up by: two spellings that a mail server takes for one person are one. */
export function emailKey(email: string): string {
  return email.trim().normalize("NFC").toLowerCase();
}
