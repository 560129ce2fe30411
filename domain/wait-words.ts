/** What somebody is waited for to do, as it follows on “to”: `approve or reject the plan`. */
export function waitTask({ for: kind, id }: { readonly for: string; readonly id: string }): string {
  switch (kind) {
    case 'gate':
      return gateTask(id);
    case 'form':
      return `fill in the form of ${id.replaceAll('-', ' ')}`;
    case 'take':
      return 'say that they have it';
    case 'fact':
      return `give the fact ${id}`;
    case 'fix':
      return 'propose a fix of the allocation service';
    case 'receipt':
      return 'confirm that they have the dossier';
    case 'import':
      return "import the platform's history";
    case 'payment':
      return `settle payment ${id}`;
    default:
      return `look at ${id}: it cannot go on by itself`;
  }
}

function gateTask(gateId: string): string {
  const [kind, about] = gateId.split('/');
  if (kind === 'letters') return `approve the text of the ${about ?? ''} letter`;
  if (kind === 'plan') return 'approve or reject the plan';
  if (kind === 'unfreeze') return 'approve that the service goes live again';
  if (kind === 'difference') return 'sign off what nobody can explain, or explain it';
  if (kind === 'close') return 'approve the post-mortem';
  return `decide at gate ${gateId}`;
}
