/** The Workflows that a control worker serves. */
export { runAnalysis } from './run-analysis.js';
export { runFanOut } from './run-fan-out.js';
export { runPage } from './run-page.js';
