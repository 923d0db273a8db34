import { describe, expect, it } from 'vitest';
import { rightsIn } from '../../electron/connectors/mongodb/rights.ts';

const user = [{ user: 'tandem', db: 'shop' }];
const all = ['find', 'listCollections', 'listIndexes', 'changeStream', 'insert', 'update', 'remove'];
const listed = (...privileges: readonly object[]) => ({
  authenticatedUsers: user,
  authenticatedUserRoles: [{ role: 'tandem_shop', db: 'shop' }],
  authenticatedUserPrivileges: privileges,
});
const byRoles = (...roles: readonly (readonly [string, string])[]) => ({
  authenticatedUsers: user,
  authenticatedUserRoles: roles.map(([role, db]) => ({ role, db })),
  authenticatedUserPrivileges: [],
});

describe('what a user of MongoDB may do', () => {
  it.each([
    ['the whole database', { db: 'shop', collection: '' }],
    ['all databases', { db: '', collection: '' }],
    ['everything', { anyResource: true }],
  ])('[W22] is told by rights on %s', (_, resource) => {
    expect(rightsIn('shop', listed({ resource, actions: all }))).toEqual({ missing: [], asked: true });
    const reads = listed({ resource, actions: ['find', 'listCollections', 'listIndexes'] });
    expect(rightsIn('shop', reads)).toEqual({ missing: ['insert', 'update', 'remove'], asked: true });
  });

  it('[W22] is nothing by rights on another database, and not known by those on single collections', () => {
    const other = { resource: { db: 'other', collection: '' }, actions: all };
    const system = { resource: { db: 'shop', collection: 'system.js' }, actions: all };
    const orders = { resource: { db: 'shop', collection: 'orders' }, actions: all };
    expect(rightsIn('shop', listed(other, system)).missing).toContain('insert');
    expect(rightsIn('shop', listed(other, orders)).missing).toBeNull();
  });

  it('[W22] is told by the roles that every server has where no rights are listed, and by no others', () => {
    expect(rightsIn('shop', byRoles(['readWrite', 'shop'])).missing).toEqual([]);
    expect(rightsIn('shop', byRoles(['root', 'admin'])).missing).toEqual([]);
    expect(rightsIn('shop', byRoles(['read', 'shop'])).missing).toEqual(['insert', 'update', 'remove']);
    expect(rightsIn('shop', byRoles(['readWrite', 'other'])).missing).toBeNull();
    expect(rightsIn('shop', byRoles(['tandem_shop', 'shop'])).missing).toBeNull();
  });

  it('[W22] is everything where nobody is asked who he is', () => {
    expect(rightsIn('shop', { authenticatedUsers: [] })).toEqual({ missing: [], asked: false });
  });
});
