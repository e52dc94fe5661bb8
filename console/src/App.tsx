// Joins theme, queries and session. Applicants with a case link do not load the console, nor employees the case page.
import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClientProvider } from '@tanstack/react-query';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { createQueryClient } from './api/queries';
import { useSession } from './api/session';
import { type ConsoleRoute, useRoute } from './routes';
import { cssVariables, theme } from './theme';

const Console = lazy(async () => ({ default: (await import('./Console')).Console }));
const CasePage = lazy(async () => ({ default: (await import('./case/CasePage')).CasePage }));

function Queries({ children }: { children: ReactNode }) {
  const [client] = useState(createQueryClient);
  return <QueryClientProvider client={client}>{children}</QueryClientProvider>;
}

/** One query cache per login: what one user has read is not shown to the next. */
function Session({ route }: { route: ConsoleRoute }) {
  const session = useSession();
  return (
    <Queries key={session?.token}>
      <Notifications position="bottom-right" />
      <Console route={route} loggedIn={session !== null} />
    </Queries>
  );
}

function CurrentPage() {
  const route = useRoute();
  if (route.page !== 'case') return <Session route={route} />;
  return (
    <Queries key={route.token}>
      <CasePage token={route.token} />
    </Queries>
  );
}

export function App() {
  return (
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} forceColorScheme="light">
      <Suspense>
        <CurrentPage />
      </Suspense>
    </MantineProvider>
  );
}
