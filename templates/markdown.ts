/** A table in Markdown; what stands in a cell can neither end it nor start markup. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`;
  return [line(head), `|${head.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n');
}

/** Somebody's words on one line, as words: no markup, no heading, no link of theirs. */
export function plain(text: string): string {
  const oneLine = text.replace(/\s+/g, ' ').trim();
  return oneLine.replace(/[\\`*_[\]<>#|]/g, (sign) => `\\${sign}`);
}

const cell = (text: string): string => plain(text) || '-';

/** A list, or one sentence where there is nothing to list. */
export function bullets(items: readonly string[], none: string): string {
  return items.length === 0 ? none : items.map((item) => `- ${item}`).join('\n');
}

/** How long something took, in the two largest units that are not zero. */
export function duration(from: string, to: string): string {
  const seconds = Math.max(0, Math.round((Date.parse(to) - Date.parse(from)) / 1000));
  const parts: [number, string][] = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3_600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [seconds % 60, 's'],
  ];
  const said = parts.filter(([count]) => count > 0).slice(0, 2);
  return said.length === 0 ? '0 s' : said.map(([count, unit]) => `${count} ${unit}`).join(' ');
}
