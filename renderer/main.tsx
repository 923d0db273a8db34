import './tokens.css';
import './components/base.css';
import './components/forced-colors.css';
import { createRoot } from 'react-dom/client';
import { must } from '../shared/lib/assert.ts';
import { App } from './frame/app.tsx';
import { ErrorBoundary } from './frame/error-page.tsx';
import { ModelContext } from './store/hooks.ts';
import { WindowModel } from './store/store.ts';
import { applyTheme } from './store/theme.ts';
import { go } from './router/location.ts';
import { chooseTransport, desktop } from './transport/choose.ts';

applyTheme();
const model = new WindowModel(chooseTransport());
model.start();
// The tray and notifications lead to the page they speak of.
desktop()?.onRoute((route) => go(route.replace(/^#/, '')));

createRoot(must(document.querySelector('#window') ?? undefined, 'the place of the window')).render(
  <ErrorBoundary>
    <ModelContext value={model}>
      <App />
    </ModelContext>
  </ErrorBoundary>,
);
