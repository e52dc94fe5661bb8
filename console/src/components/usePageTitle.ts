// The browser tab's title: what the page shows, then the product.
import { useDocumentTitle } from '@mantine/hooks';
import { messages } from '../messages';

export function usePageTitle(subject: string): void {
  useDocumentTitle(`${subject} · ${messages.product}`);
}
