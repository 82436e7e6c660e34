// One job for several stories: four steps, of which one fails until a disk is mended.
import { expect, type Locator, type Page } from '@playwright/test';
import type { Logist } from './logist';

const steps = `
version: 1
name: release
description: Build, test and publish the shop
steps:
  build: { run: "echo building; $await build; echo built > shop.txt" }
  lint: { needs: [build], run: "echo nothing to complain about" }
  test-linux:
    needs: [build]
    run: |
      echo running 12 tests
      $await tested
      echo 'error: no space left on the disk'
      test -e $marks/mended
  publish: { needs: [lint, test-linux], run: "echo published >> shop.txt" }
`;

export const createRelease = (logist: Logist, name: string) => logist.create(name, steps);

/** The job as it stands when the disk was full. */
export async function failedRelease(logist: Logist, name: string): Promise<void> {
  for (const mark of ['build', 'tested']) logist.mark(mark);
  await createRelease(logist, name);
  await expect(logist.cli('job', 'run', name)).rejects.toMatchObject({ code: 3 });
}

export const rowOf = (page: Page, job: string) => page.locator(`[data-job="${job}"]`);

export const texts = async (rows: Locator) => (await rows.allInnerTexts()).map((text) => text.replace(/\s+/g, ' ').trim());
