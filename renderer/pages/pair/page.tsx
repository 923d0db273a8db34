export { Page } from '../not-built/page.tsx';
