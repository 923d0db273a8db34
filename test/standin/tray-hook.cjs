'use strict';
/* For a real Electron under test (`electron -r`): keeps the menu that a tray was given last where a test can see it. */
const { Tray } = require('electron');

const given = Object.getOwnPropertyDescriptor(Tray.prototype, 'setContextMenu');
Tray.prototype.setContextMenu = function (menu) {
  globalThis.trayMenu = menu;
  return given.value.call(this, menu);
};
