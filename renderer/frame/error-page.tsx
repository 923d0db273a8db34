import { Component, type ReactNode } from 'react';
import { Button } from '../components/button.tsx';
import { Notice } from '../components/notice.tsx';
import { PageBody } from '../components/page.tsx';
import { t } from '../text/text.ts';

interface BoundaryProps {
  /** Another page is another try. */
  readonly at?: string;
  readonly children: ReactNode;
}

/** A fault in one page ends in that page: side bar, other pages and drafts stay. */
export class ErrorBoundary extends Component<BoundaryProps, { readonly fault: unknown }> {
  override state: { readonly fault: unknown } = { fault: undefined };

  static getDerivedStateFromError(fault: unknown): { readonly fault: unknown } {
    return { fault };
  }

  override componentDidUpdate({ at }: BoundaryProps): void {
    if (at !== this.props.at && this.state.fault !== undefined) this.setState({ fault: undefined });
  }

  override render(): ReactNode {
    const { fault } = this.state;
    return fault === undefined ? this.props.children : <ErrorPage fault={fault} />;
  }
}

const ErrorPage = ({ fault }: { readonly fault: unknown }): ReactNode => (
  <PageBody>
    <h1 className="srOnly">{t('error.page.title')}</h1>
    <Notice
      mark="stop"
      alert
      title={t('error.page.title')}
      actions={<Button onClick={() => location.reload()}>{t('error.page.reload')}</Button>}
    >
      <p>{t('error.page.next')}</p>
      <p className="tiny faint mono">{fault instanceof Error ? fault.message : String(fault)}</p>
    </Notice>
  </PageBody>
);
