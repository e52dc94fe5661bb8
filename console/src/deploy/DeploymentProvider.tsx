// Takes a BPMN file and what belongs to it, sends it to be deployed, and keeps what came of it for the pages to show.
import { createContext, type ReactNode, useCallback, useContext, useMemo, useState } from 'react';
import { notifications } from '@mantine/notifications';
import { useDeploy } from '../api/queries';
import { readXml } from '../readXml';
import { hrefs, navigate } from '../routes';
import { type Bundle, chooseFiles } from './chosen';
import { type Outcome, refusalOf } from './outcome';

interface DeploymentContext {
  outcome: Outcome | null;
  deploy: (files: File[]) => void;
}

const Context = createContext<DeploymentContext>({ outcome: null, deploy: () => undefined });

export function useDeployment(): DeploymentContext {
  return useContext(Context);
}

export function DeploymentProvider({ children }: { children: ReactNode }) {
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const { mutateAsync } = useDeploy();

  const send = useCallback(
    async (bundle: Bundle<File>) => {
      const fileName = bundle.bpmn.name;
      const xml = readXml(await bundle.bpmn.arrayBuffer());
      setOutcome({ kind: 'compiling', fileName, xml });
      navigate(hrefs.deploy);
      try {
        setOutcome({ kind: 'deployed', fileName, xml, deployment: await mutateAsync(bundle) });
      } catch (error) {
        setOutcome(refusalOf(error as Error, fileName, xml));
      }
    },
    [mutateAsync],
  );

  const deploy = useCallback(
    (files: File[]) => {
      const choice = chooseFiles(files);
      if ('problem' in choice) notifications.show({ color: 'red', message: choice.problem });
      else void send(choice);
    },
    [send],
  );

  const value = useMemo(() => ({ outcome, deploy }), [outcome, deploy]);
  return <Context value={value}>{children}</Context>;
}
