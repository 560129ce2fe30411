const labels = ['Method', 'Order', 'Retry', 'Ties', 'Units', 'Shapes', 'Ensures', 'Source'];
const labelsAllowed = new Set(labels);
const throwsPattern = /^@throws ([A-Z][A-Z_]+ \((rejected|refused|fault|bug)\)|AssertionError) /;

/** Every export promises something in a sentence; below it stand only the labels we know. */
export const docSentence = {
  meta: {
    type: 'suggestion',
    schema: [],
    messages: {
      missing: 'Every export has a doc comment: one sentence of what it promises.',
      sentence: 'A doc comment starts with a sentence, and a sentence ends with a full stop.',
      label: '`{{label}}` is no label of ours: use {{labels}} or @throws CODE (kind) when.',
      throws: 'Write `@throws CODE (rejected|refused|fault|bug) when ...`.',
    },
  },
  create(context) {
    const { sourceCode } = context;
    const overloads = new Set();
    return {
      'Program > ExportNamedDeclaration'(node) {
        if (!node.declaration) return; // Re-exports are documented where they are declared.
        if (isDerivedType(node.declaration)) return;
        const name = node.declaration.id?.name;
        if (name && overloads.has(name)) return;
        if (name) overloads.add(name);
        const doc = sourceCode.getCommentsBefore(node).findLast(isDoc);
        if (!doc) return void context.report({ node, messageId: 'missing' });
        for (const fault of faultsOf(doc)) context.report({ loc: doc.loc, ...fault });
      },
    };
  },
};

const isDoc = (comment) => comment.type === 'Block' && comment.value.startsWith('*');

/** `type X = z.infer<typeof x>` promises what `x` promises. */
function isDerivedType({ type, typeAnnotation }) {
  if (type !== 'TSTypeAliasDeclaration') return false;
  const { type: kind, typeArguments, objectType } = typeAnnotation;
  if (kind === 'TSTypeQuery') return true;
  if (kind === 'TSIndexedAccessType') return objectType.type === 'TSTypeQuery';
  return kind === 'TSTypeReference' && typeArguments?.params[0]?.type === 'TSTypeQuery';
}

function faultsOf(doc) {
  const lines = doc.value.split('\n').map((line) => line.replace(/^\s*\*? ?/, '').trimEnd());
  const text = lines.join('\n').trim();
  const [promise = '', ...rest] = text.split('\n\n');
  const faults = [];
  if (promise.startsWith('@') || !/[.:?!](\s|[)"`']|$)/.test(promise)) {
    faults.push({ messageId: 'sentence' });
  }
  for (const line of rest.join('\n').split('\n')) {
    const label = /^([A-Z][a-z]+):(\s|$)/.exec(line)?.[1];
    if (label && !labelsAllowed.has(label)) {
      faults.push({ messageId: 'label', data: { label, labels: labels.join(', ') } });
    }
    if (line.startsWith('@') && !throwsPattern.test(line)) faults.push({ messageId: 'throws' });
  }
  return faults;
}
