/**
 * `npm run screenshots`: plays the drill and photographs the Temporal UI at six moments of it, for
 * docs/customer-success.md. Needs Chromium on this machine: `CHROMIUM`, or on PATH.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { root, setUp } from './checks/set-up.mjs';
import { playPaused } from './paused-drill.mjs';

if (!setUp()) process.exit(1);

const images = join(root, 'docs/img/board');
const incident = 'INC-2026-0001';
const namespace = 'default';
const columns = ['Status', 'Workflow ID', 'MakewholeStage', 'MakewholeSeverity']
  .concat(['MakewholeWaitingFor', 'MakewholeDeals', 'Start'])
  .map((label, index) => ({ label, pinned: index < 2 }));

/** A moment is told by the command that the drill is about to run. */
const decides = (gate) => (words) =>
  words.includes('decide') && words[words.indexOf('--gate') + 1] === gate;
const moments = [
  { name: '1-frozen', isNow: (words) => words.includes('take') },
  { name: '2-first-letter', isNow: decides('letters/acknowledgement') },
  { name: '3-plan', isNow: decides('plan') },
  { name: '4-unfreeze', isNow: decides('unfreeze') },
  { name: '5-post-mortem', isNow: decides('close') },
];
const last = '6-closed';
const size = { width: 1400, height: 1000 };
/** The upper part of the list; the rest of the page is empty. */
const ofList = { x: 0, y: 0, width: size.width, height: 340 };

mkdirSync(images, { recursive: true });
await playPaused({
  moments,
  last,
  open: async ({ temporalUiUrl }) => {
    const args = ['--no-sandbox'];
    const browser = await chromium.launch({ executablePath: chromiumPath(), args });
    const page = await openPage(browser);
    const look = (name) => photograph(page, { name, temporalUiUrl });
    return { look, close: () => browser.close() };
  },
});

async function openPage(browser) {
  const context = await browser.newContext({ viewport: size });
  // What a person does once by hand with the button below the list.
  await context.addInitScript(
    ([of, chosen]) => {
      const stored = JSON.stringify({ [of]: chosen });
      window.localStorage.setItem('namespace-workflow-table-columns', stored);
    },
    [namespace, columns],
  );
  return context.newPage();
}

async function photograph(page, { name, temporalUiUrl }) {
  const workflows = new URL(`/namespaces/${namespace}/workflows`, temporalUiUrl);
  const list = new URL(workflows);
  list.searchParams.set('query', '`WorkflowType`="remediateIncident"');
  await page.goto(list.href);
  await page.getByRole('link', { name: incident }).first().waitFor();
  await page.screenshot({ path: join(images, `${name}-list.png`), clip: ofList });
  await page.goto(`${workflows.href}/${incident}`);
  const timeline = page.getByText('Hide idle time').first();
  await timeline.waitFor();
  await timeline.evaluate((element) => element.scrollIntoView());
  await page.getByText(' • ').first().waitFor();
  await page.screenshot({ path: join(images, `${name}-timeline.png`) });
  await page.setViewportSize({ ...size, height: 1500 });
  await page.getByText('User Metadata').first().click();
  await page.frameLocator('iframe').last().getByText('What happened').waitFor();
  await page.screenshot({ path: join(images, `${name}-board.png`) });
  await page.setViewportSize(size);
}

function chromiumPath() {
  if (process.env.CHROMIUM !== undefined) return process.env.CHROMIUM;
  for (const name of ['chromium', 'chromium-browser', 'google-chrome']) {
    try {
      return execFileSync('which', [name], { encoding: 'utf8' }).trim();
    } catch {
      // The next one, then.
    }
  }
  throw new Error('expected chromium on PATH or its path in CHROMIUM, found neither');
}
