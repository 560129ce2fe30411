import { assert } from '../../domain/assert';

/** One investor of the seeded platform. Units: the opening total is a decimal string in USD. */
export type DemoInvestor = {
  investorId: string;
  name: string;
  email: string;
  locale: string;
  class: 'retail' | 'professional';
  status: 'active';
  historyTotal: string;
  historyCount: number;
  historyCurrency: 'USD';
};

type Opening = { total: string; count: number };

/** The eight people of the two wrong deals, with the means the worked example needs. */
const cast: readonly [id: string, name: string, locale: string, opening: Opening][] = [
  ['A', 'Amara Whitfield', 'en-US', { total: '2000000.00', count: 8 }],
  ['B', 'Bastian Krüger', 'de-DE', { total: '900000.00', count: 6 }],
  ['C', 'Chiara Monti', 'it-IT', { total: '300000.00', count: 5 }],
  ['D', 'Dorothea Lindqvist', 'sv-SE', { total: '160000.00', count: 4 }],
  ['E', 'Emeka Okafor', 'en-GB', { total: '500000.00', count: 5 }],
  ['F', 'Farah Haddad', 'en-US', { total: '1000000.00', count: 4 }],
  ['G', 'Goran Petrović', 'en-US', { total: '450000.00', count: 3 }],
  ['H', 'Hana Sato', 'ja-JP', { total: '360000.00', count: 6 }],
];

const others =
  `Ines Carvalho|Jonas Meyer|Katya Orlova|Liam Brennan|Mei Tanaka|Nadia Rahman|Oskar Nowak
Paloma Vega|Quentin Dubois|Rosa Alvarez|Silas Grant|Tamsin Hale|Umar Siddiqui|Vera Kowalska
Wim de Boer|Ximena Torres|Yusuf Demir|Zofia Lis|Alba Ferrer|Bram Visser|Cora Nilsen|Dev Anand
Elif Aydin|Femi Bello|Greta Holm|Hugo Laurent|Ilse Wagner|Jin Park|Kofi Mensah
Lena Fischer|Marta Silva|Noor Khan|Ola Berg
Pia Rossi|Ravi Menon|Sara Levin`
    .split(/[|\n]/)
    .map((name) => name.trim());

const locales = ['en-US', 'en-GB', 'de-DE', 'fr-FR'] as const;

function mailOf(name: string): string {
  const plain = name.normalize('NFD').replace(/[^a-zA-Z ]/g, '');
  return `${plain.toLowerCase().replaceAll(' ', '.')}@investors.example`;
}

/** Forty-four investors; the first eight make up the two wrong deals. */
export function demoInvestors(): DemoInvestor[] {
  const leads = cast.map(([investorId, name, locale, opening]) => {
    return investor({ investorId, name, locale, opening });
  });
  const rest = others.map((name, index) => {
    const deals = 2 + (index % 5);
    const total = `${String(deals * (20 + (index % 9) * 5))}000.00`;
    const investorId = `N${String(index + 1).padStart(2, '0')}`;
    const locale = locales[index % locales.length];
    assert(locale !== undefined, 'a rest is a place in the list');
    return investor({ investorId, name, locale, opening: { total, count: deals } });
  });
  return [...leads, ...rest];
}

function investor(given: {
  investorId: string;
  name: string;
  locale: string;
  opening: Opening;
}): DemoInvestor {
  const { investorId, name, locale, opening } = given;
  const { total: historyTotal, count: historyCount } = opening;
  const known = { investorId, name, email: mailOf(name), locale } as const;
  const kind = { class: 'professional', status: 'active' } as const;
  return { ...known, ...kind, historyTotal, historyCount, historyCurrency: 'USD' };
}
