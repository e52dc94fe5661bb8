// What every part of the applicant's page needs: who asks, in which words.
import { createContext, useContext } from 'react';
import type { CaseApi } from '../api/caseApi';
import type { CaseLink } from './link';
import type { CaseWords } from './words';

export interface Case {
  link: CaseLink;
  api: CaseApi;
  language: string;
  words: CaseWords;
}

export const CaseContext = createContext<Case | null>(null);

export function useCase(): Case {
  const found = useContext(CaseContext);
  if (!found) throw new Error('Only within the page of a case.');
  return found;
}
