/** A URL fit to be printed: its password replaced by stars, all else kept. */
export function maskUrl(address: string): string {
  if (!URL.canParse(address)) return '(no URL)';
  const url = new URL(address);
  if (url.password !== '') url.password = '***';
  return url.href;
}
