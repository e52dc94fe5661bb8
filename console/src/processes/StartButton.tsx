// Starts an instance by hand, as a channel would: with a business key and variables.
import { Button, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useState } from 'react';
import { useStartInstance } from '../api/queries';
import { ProblemAlert } from '../components/ProblemAlert';
import { JsonDialog } from '../instances/JsonDialog';
import { readVariables } from '../instances/resolution';
import { messages } from '../messages';
import { hrefs, navigate } from '../routes';

const words = messages.start;

export function StartButton({ processId, version }: { processId: string; version: number }) {
  const [opened, dialog] = useDisclosure(false);
  const [businessKey, setBusinessKey] = useState('');
  const start = useStartInstance(processId);
  const open = () => {
    start.reset();
    setBusinessKey('');
    dialog.open();
  };
  return (
    <>
      <Button onClick={open}>{words.action}</Button>
      <JsonDialog
        opened={opened}
        onClose={dialog.close}
        title={words.title}
        lead={words.lead}
        label={words.variables}
        initial="{}"
        submit={words.submit}
        busy={start.isPending}
        read={readVariables}
        onSubmit={(variables) =>
          start.mutate(
            { variables, businessKey: businessKey.trim(), version },
            { onSuccess: ({ id }) => navigate(hrefs.instance(id)) },
          )
        }
      >
        <TextInput
          label={words.businessKey}
          description={words.businessKeyLead}
          value={businessKey}
          maxLength={200}
          onChange={(event) => setBusinessKey(event.currentTarget.value)}
        />
        {start.error && <ProblemAlert error={start.error} />}
      </JsonDialog>
    </>
  );
}
