import type { MenuItemConstructorOptions } from './electron-port.ts';

/**
 * The menu of the program. Only macOS shows one, where copy and paste stand in it; the keys of developers are there
 * only while the program runs from its sources.
 */
export function appMenu(platform: NodeJS.Platform, packaged: boolean, quit: () => void): MenuItemConstructorOptions[] {
  const developer: MenuItemConstructorOptions[] = packaged
    ? []
    : [{ label: 'Developer', submenu: [{ role: 'reload' }, { role: 'toggleDevTools' }] }];
  if (platform !== 'darwin') return developer;
  return [
    {
      label: 'Tandem',
      submenu: [
        { role: 'about' },
        { type: 'separator' },
        { role: 'hide' },
        { label: 'Quit Tandem', accelerator: 'Cmd+Q', click: quit },
      ],
    },
    { role: 'editMenu' },
    { role: 'windowMenu' },
    ...developer,
  ];
}
