/** Who may give a command of each kind; what is not here has a rule of its own. */
const roles = {
  open: ['on-call', 'engineering', 'operations'],
  take: ['on-call', 'engineering', 'operations'],
  updated: ['customer-success', 'on-call', 'engineering', 'operations', 'legal', 'management'],
  resume: ['on-call', 'engineering', 'operations'],
  halt: ['on-call', 'engineering', 'operations', 'finance', 'legal'],
  'explain-contradiction': ['customer-success', 'engineering', 'operations', 'finance', 'legal'],
  receipt: ['management', 'legal'],
  'propose-fix': ['engineering', 'on-call'],
  'ask-again': ['customer-success', 'finance', 'legal', 'management', 'operations'],
  redraft: ['legal', 'finance', 'operations'],
  'correct-fact': ['legal', 'finance', 'operations'],
  'submit-letter': ['customer-success', 'legal'],
  'lower-severity': ['management', 'legal'],
  'meet-clock': ['legal'],
  elect: ['customer-success'],
  'resolve-letter': ['customer-success'],
  'resolve-payment': ['finance'],
  'people-add': ['admin'],
  'people-change': ['admin'],
  'people-add-key': ['admin'],
  'people-revoke-key': ['admin'],
  'people-revoke': ['admin'],
  'people-stand-in': ['admin'],
} as const;

/**
 * The roles that may give a command, any one of them; undefined where the kind decides otherwise:
 * `answer` and `delegate-form` are for the form's team and its delegate, a `decide` as the gate
 * says, a `withdraw-vote` for whoever has voted.
 */
export function rolesFor(kind: string): readonly string[] | undefined {
  return Object.hasOwn(roles, kind) ? roles[kind as keyof typeof roles] : undefined;
}

/** Whether a command is taken also when its incident is closed: clocks run on after that. */
export const outlivesClosing = (kind: string): boolean => kind === 'meet-clock';
