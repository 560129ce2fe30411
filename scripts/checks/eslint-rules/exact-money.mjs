const harmless = new Set(['isInteger', 'isSafeInteger', 'isFinite', 'isNaN']);
for (const bound of ['MAX_SAFE_INTEGER', 'MIN_SAFE_INTEGER']) harmless.add(bound);
const roundingMethods = new Set(['toFixed', 'toPrecision', 'toExponential', 'toNumber']);
const parsers = new Set(['parseFloat', 'parseInt']);

/** Money turns into a number, or a number into money, in `domain/money.ts` and nowhere else. */
export const exactMoney = {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      inexact:
        '`{{name}}` can lose a cent: use the functions of domain/money.ts (parseCount for counts).',
    },
  },
  create(context) {
    const report = (node, name) => context.report({ node, messageId: 'inexact', data: { name } });
    return {
      'Identifier[name="Number"]'(node) {
        const { parent } = node;
        if (parent.type === 'TSTypeReference') return;
        if (parent.type === 'MemberExpression' && parent.property === node) return;
        if (parent.type === 'Property' && parent.key === node) return;
        const member = parent.type === 'MemberExpression' ? parent.property.name : undefined;
        if (!harmless.has(member)) report(node, member ? `Number.${member}` : 'Number');
      },
      CallExpression({ callee }) {
        if (callee.type === 'Identifier' && parsers.has(callee.name)) report(callee, callee.name);
        if (callee.type !== 'MemberExpression') return;
        const name = callee.property.name;
        if (roundingMethods.has(name)) report(callee.property, name);
      },
      'UnaryExpression[operator="+"]'(node) {
        if (node.argument.type !== 'Literal') report(node, 'unary +');
      },
    };
  },
};
