import { grouped } from '../domain/grouped';
import { plain, table } from './markdown';
import type { Block, Item, Report } from './report';

/** A report in Markdown. Ensures: the same report gives the same bytes. */
export function reportMarkdown(report: Report): string {
  const drill = report.drill === null ? [] : [`**${plain(report.drill)}**`, ''];
  return [
    `# ${plain(report.title)}`,
    '',
    ...drill,
    plain(report.for),
    '',
    plain(report.asOf),
    '',
    blocksMarkdown(report.summary),
    '',
    ...report.sections.flatMap(({ title, blocks }, place) => [
      `## ${place + 1} ${plain(title)}`,
      '',
      blocksMarkdown(blocks),
      '',
    ]),
  ].join('\n');
}

/** Blocks in Markdown, an empty line between them. */
export const blocksMarkdown = (blocks: readonly Block[]): string =>
  blocks.map(blockMarkdown).join('\n\n');

function blockMarkdown(block: Block): string {
  switch (block.kind) {
    case 'heading':
      return `### ${plain(block.text)}`;
    case 'paragraph':
      return paragraphMarkdown(block);
    case 'alert':
      return `**${plain(block.text)}**`;
    case 'figures':
      return block.figures
        .map(({ label, value }) => `- ${plain(label)}: ${plain(value)}`)
        .join('\n');
    case 'list':
      return block.items.map((item) => itemMarkdown(item, '')).join('\n');
    case 'table':
      return table(
        block.columns.map(({ title }) => title),
        block.rows,
      );
    case 'chart':
      return chartMarkdown(block);
  }
}

function paragraphMarkdown(block: Extract<Block, { kind: 'paragraph' }>): string {
  const { command } = block;
  return command === undefined ? spoken(block) : `${spoken(block)}\n\n    ${command}`;
}

function itemMarkdown(item: Item, indent: string): string {
  const below = (item.items ?? []).map((each) => itemMarkdown(each, `${indent}  `));
  return [`${indent}- ${spoken(item)}`, ...below].join('\n');
}

const spoken = ({ lead, text }: { lead?: string; text: string }): string =>
  lead === undefined ? plain(text) : `**${plain(lead)}** ${plain(text)}`.trimEnd();

/** What a chart shows, for whoever reads instead of looking. */
function chartMarkdown({ title, axis, currency, bars }: Extract<Block, { kind: 'chart' }>): string {
  const rows = bars.map(({ label, over, under }) => [label, grouped(over), grouped(under)]);
  return [
    plain(title),
    '',
    table([axis, `too much, ${currency}`, `too little, ${currency}`], rows),
  ].join('\n');
}
