import { useEffect, useRef, useState, type ReactNode } from 'react';

/** A part that can be scrolled by keys wherever it is longer than its place, also where nothing in it takes the focus. */
export function Scrolls({
  className,
  children,
}: {
  readonly className: string;
  readonly children: ReactNode;
}): ReactNode {
  const part = useRef<HTMLDivElement>(null);
  const [scrolls, setScrolls] = useState(false);
  useEffect(() => {
    const { current } = part;
    if (current === null) return;
    const look = (): void => setScrolls(current.scrollHeight > current.clientHeight);
    const watching = new ResizeObserver(look);
    watching.observe(current);
    for (const child of current.children) watching.observe(child);
    return () => watching.disconnect();
  });
  return (
    <div ref={part} className={className} {...(scrolls ? { tabIndex: 0 } : {})}>
      {children}
    </div>
  );
}
