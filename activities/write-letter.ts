import type { PolicyPack } from '../contracts/pack';
import type { LetterCase, LetterStage } from '../domain/letter-case';
import type { LetterSetting } from '../domain/letter-due';
import {
  callFacts,
  dealStories,
  namedDeals,
  paidFacts,
  type CallFact,
} from '../domain/letter-facts';
import { digestOf, sha256Hex } from '../proof/digest';
import { LetterIncomplete, renderLetter, type RenderedLetter } from '../templates/letter-template';
import { letterWords, type LetterTold } from '../templates/letter-words';
import type { Documents } from './ports/documents';
import type { LetterText } from './ports/letter-ledger';
import type { Mail } from './ports/mailer';

/** All that one letter is written from. */
export type LetterOrder = {
  incident: { incidentId: string; drill: boolean; pack: PolicyPack };
  stage: LetterStage;
  wording: LetterText;
  setting: LetterSetting;
  one: LetterCase;
  /** The deals it speaks of, where the stage tells some of them. */
  deals: readonly string[];
};

/** A letter as it would leave now, and the digest of every byte of it that somebody reads. */
export type WrittenLetter = {
  content: RenderedLetter;
  attachments: Mail['attachments'];
  bodyDigest: string;
};

/**
 * Writes one investor's letter from that investor's own rows.
 *
 * Ensures: nobody else's row is at hand; where a word or an attachment is missing nothing is
 * written, and a LetterIncomplete says what.
 */
export async function writeLetter(
  documents: Documents,
  order: LetterOrder,
): Promise<WrittenLetter> {
  const { incident, one, wording } = order;
  const told = toldBy(order);
  const content = renderLetter({
    wording,
    drill: incident.drill,
    words: letterWords({
      told,
      name: one.investor.name,
      locale: one.investor.locale,
      incident: incident.incidentId,
      contact: incident.pack.contact.value,
    }),
  });
  const calls = told.stage === 'call' ? told.invoices : [];
  const attachments = await invoicesOf(documents, { incidentId: incident.incidentId, calls });
  const digests = attachments.map((each) => sha256Hex(each.content));
  return { content, attachments, bodyDigest: digestOf({ ...content, attachments: digests }) };
}

function toldBy({ stage, one, deals, setting }: LetterOrder): LetterTold {
  switch (stage) {
    case 'acknowledgement':
      return { stage, deals: namedDeals(one) };
    case 'call':
      return { stage, invoices: callFacts(one, deals) };
    case 'advice':
      return { stage, payments: paidFacts(one, deals) };
    case 'resolution':
      return { stage, stories: dealStories(one), fixed: setting.cause === 'fixed' };
  }
}

async function invoicesOf(
  documents: Documents,
  { incidentId, calls }: { incidentId: string; calls: readonly CallFact[] },
): Promise<Mail['attachments']> {
  const attached: Mail['attachments'] = [];
  for (const { document, reference } of calls) {
    const content = await documents.bytes({ incidentId, digest: document });
    if (content === null || sha256Hex(content) !== document) {
      throw new LetterIncomplete(`the document of invoice ${reference} is not on file as issued`);
    }
    const filename = `invoice-${reference.replace(/[^A-Za-z0-9-]/g, '-')}.pdf`;
    attached.push({ filename, contentType: 'application/pdf', content });
  }
  return attached;
}

/** The same for the same letter, always, so that a second copy can be told from a second letter. */
export function letterMessageId(of: {
  incidentId: string;
  stage: string;
  investor: string;
  revision: number;
}): string {
  const { incidentId, stage, investor, revision } = of;
  const digest = digestOf({ letter: [incidentId, stage, investor, revision] });
  return `<${digest.slice(0, 40)}@makewhole.invalid>`;
}

/** The mail around a written letter. */
export function asMail({
  order,
  written,
  messageId,
}: {
  order: LetterOrder;
  written: WrittenLetter;
  messageId: string;
}): Mail {
  const { incident, stage, one } = order;
  const { name, email } = incident.pack.contact.value;
  return {
    messageId,
    from: { name, address: email },
    to: { name: one.investor.name, address: one.investor.email },
    ...written.content,
    headers: {
      'Auto-Submitted': 'auto-generated',
      'X-Makewhole-Incident': incident.incidentId,
      'X-Makewhole-Letter': stage,
      ...(incident.drill ? { 'X-Makewhole-Drill': 'yes' } : {}),
    },
    attachments: written.attachments,
  };
}
