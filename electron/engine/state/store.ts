/** placeholder, replaced below */
export interface StateStore { close(): Promise<void> }
