import type { ApiError } from '../../client/index.js';

/** Every fault of a refused request, with the names that may have been meant. */
export function refusalInWords({ message, code, errors }: ApiError): string {
  const lines = errors.map(({ pointer, detail, nearest }) => {
    const where = pointer === '' ? '' : `${pointer}: `;
    const meant = nearest.length === 0 ? '' : `. Nearest: ${nearest.join(', ')}`;
    return `  ${where}${detail}${meant}`;
  });
  return [`cloister: ${code === null ? '' : `${code}: `}${message}`, ...lines].join('\n');
}
