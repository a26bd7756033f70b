import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { Workbench } from './workbench';

describe('in a window that asks whether the folder is trusted', () => {
  let workbench: Workbench;

  beforeAll(async () => {
    workbench = await Workbench.open({ vsix: [inject('vsix').extension], trusted: false });
  });

  afterAll(async () => {
    await workbench.close();
  });

  it('nothing can be extracted while it is not', async () => {
    await workbench.page
      .getByRole('button', { name: /Restricted Mode/ })
      .first()
      .waitFor();
    await workbench.openFile('news.txt');
    await workbench.runCommand('Spangrid: Extract from Whole File');
    await workbench.notifications().filter({ hasText: 'This workspace is not trusted' }).waitFor();
    expect(await workbench.decorations().count()).toBe(0);
  });

  it('extraction works, with the one model that is installed, once it is', async () => {
    await workbench.runCommand('Workspaces: Manage Workspace Trust');
    await workbench.page.getByRole('button', { name: 'Trust', exact: true }).click();
    await workbench.openFile('news.txt');
    await workbench.runCommand('Spangrid: Extract from Whole File');
    await workbench
      .table()
      .getByRole('gridcell', { name: /suggested by fast$/ })
      .first()
      .waitFor();
  });
});
