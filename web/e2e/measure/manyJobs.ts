// Jobs for a list, made of one real job: a list reads manifests only, and each of these is whole, with its own name, time and hash.
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const hourMs = 3_600_000;

export function copyJob(jobs: string, job: string, count: number): void {
  const text = readFileSync(join(jobs, job, 'job_manifest.json'), 'utf8');
  const body = text.slice(0, text.lastIndexOf(',"hash"'));
  for (let i = 0; i < count; i++) {
    const name = `${job}-${String(i).padStart(5, '0')}`;
    const at = new Date(Date.now() - i * (hourMs / 100)).toISOString();
    const copy = body
      .replaceAll(`"${job}"`, `"${name}"`)
      .replaceAll(`"${job}.`, `"${name}.`)
      .replace(/"updated_at":"[^"]*"/, `"updated_at":"${at}"`);
    const hash = createHash('sha256').update(copy).digest('hex');
    const directory = join(jobs, name);
    mkdirSync(directory);
    writeFileSync(join(directory, 'job_manifest.json'), `${copy},"hash":"sha256:${hash}"}\n`);
    copyFileSync(join(jobs, job, 'history.jsonl'), join(directory, 'history.jsonl'));
  }
}
