// Every word of the applicant's page, by language.
import type { FormWords } from '../forms/FormView';

const en = {
  loading: 'Loading…',
  page: 'Your application',
  reference: (key: string) => `Reference: ${key}`,
  states: {
    todo: 'Your turn',
    active: 'In progress',
    completed: 'Completed',
    cancelled: 'Closed',
    failed: 'Stopped',
  },
  leads: {
    todo: 'There is something for you to do.',
    active: 'There is nothing for you to do right now. This page shows by itself when there is.',
    completed: 'Everything is done. There is nothing left for you to do.',
    cancelled: 'This case has been closed and is no longer worked on.',
    failed: 'This case could not be finished. Please ask whoever sent you the link.',
  },
  due: (time: string) => `Please finish this by ${time}.`,
  tasks: 'For you to do',
  openTask: (name: string) => `Open “${name}”`,
  send: 'Send',
  confirm: 'Confirm',
  sent: 'It has been sent. Thank you.',
  gone: 'This step has been done already, or its time is over.',
  taken: 'Somebody is working on this step for you right now.',
  wrong: (count: number) => (count === 1 ? 'One field needs your attention' : `${count} fields need your attention`),
  draft: { saving: 'Saving…', saved: 'Saved. You can go on later with the same link.', failed: 'Not saved yet.' },
  required: 'Fields marked with * are required.',
  documents: 'Documents',
  download: (name: string) => `Download ${name}`,
  failedDownload: 'The document could not be downloaded. Please try again.',
  ended: {
    title: 'This link no longer works',
    expired: (time: string) => `It expired on ${time}.`,
    withdrawn: 'It has been withdrawn, or the address is not complete.',
    remedy: 'Please ask whoever sent you the link for a new one. What you have sent already is not lost.',
  },
  unreachable: 'There is no connection',
  other: 'Something went wrong',
  tryAgain: 'Please try again in a moment.',
  retry: 'Try again',
  form: {
    choose: 'Please choose',
    addRow: 'Add another',
    removeRow: (number: number) => `Remove no. ${number}`,
    open: 'Open',
    noFiles: 'Files cannot be sent on this page. Please ask whoever sent you the link how to hand them over.',
    yes: 'Yes',
    no: 'No',
  } satisfies FormWords as FormWords,
};

export type CaseWords = typeof en;

const pl: CaseWords = {
  loading: 'Wczytywanie…',
  page: 'Twoja sprawa',
  reference: (key) => `Numer sprawy: ${key}`,
  states: {
    todo: 'Twój krok',
    active: 'W toku',
    completed: 'Zakończona',
    cancelled: 'Zamknięta',
    failed: 'Wstrzymana',
  },
  leads: {
    todo: 'Czekamy na Twój krok.',
    active: 'Teraz nie trzeba nic robić. Gdy będzie coś do zrobienia, pojawi się tutaj samo.',
    completed: 'Wszystko gotowe. Nie trzeba już nic robić.',
    cancelled: 'Sprawa została zamknięta i nie jest dalej prowadzona.',
    failed: 'Sprawy nie udało się dokończyć. Prosimy o kontakt z nadawcą łącza.',
  },
  due: (time) => `Prosimy o to do: ${time}.`,
  tasks: 'Do zrobienia',
  openTask: (name) => `Otwórz „${name}”`,
  send: 'Wyślij',
  confirm: 'Potwierdź',
  sent: 'Wysłano. Dziękujemy.',
  gone: 'Ten krok został już wykonany albo minął jego czas.',
  taken: 'Ktoś właśnie zajmuje się tym krokiem za Ciebie.',
  wrong: (count) => (count === 1 ? 'Jedno pole wymaga poprawy' : `Pola do poprawy: ${count}`),
  draft: { saving: 'Zapisywanie…', saved: 'Zapisano. Można wrócić później tym samym łączem.', failed: 'Jeszcze nie zapisano.' },
  required: 'Pola oznaczone * są wymagane.',
  documents: 'Dokumenty',
  download: (name) => `Pobierz ${name}`,
  failedDownload: 'Nie udało się pobrać dokumentu. Prosimy spróbować ponownie.',
  ended: {
    title: 'To łącze już nie działa',
    expired: (time) => `Straciło ważność: ${time}.`,
    withdrawn: 'Zostało wycofane albo adres jest niepełny.',
    remedy: 'Prosimy poprosić nadawcę o nowe łącze. To, co zostało już wysłane, nie przepadło.',
  },
  unreachable: 'Brak połączenia',
  other: 'Coś poszło nie tak',
  tryAgain: 'Prosimy spróbować za chwilę.',
  retry: 'Spróbuj ponownie',
  form: {
    choose: 'Proszę wybrać',
    addRow: 'Dodaj kolejny',
    removeRow: (number) => `Usuń nr ${number}`,
    open: 'Otwórz',
    noFiles: 'Na tej stronie nie można przesłać plików. Prosimy zapytać nadawcę łącza, jak je przekazać.',
    yes: 'Tak',
    no: 'Nie',
  },
};

const WORDS: Record<string, CaseWords> = { en, pl };

/** The first of the browser's languages that the page speaks, else English. */
export function languageOf(preferred: readonly string[]): string {
  const bare = preferred.map((tag) => tag.toLowerCase().split('-')[0] ?? '');
  return bare.find((language) => Object.hasOwn(WORDS, language)) ?? 'en';
}

export const wordsIn = (language: string): CaseWords => WORDS[language] ?? en;
