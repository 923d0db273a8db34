import type { ComponentProps, ReactNode } from 'react';
import { hrefTo } from '../router/location.ts';

/** A link to a page of the window; `to` comes from `addresses`. */
export const Link = ({ to, ...rest }: { readonly to: string } & Omit<ComponentProps<'a'>, 'href'>): ReactNode => (
  <a {...rest} href={hrefTo(to)} />
);
