// What the instance knows, by name.
import { Button, CopyButton, Group } from '@mantine/core';
import type { Variables } from '../api/types';
import { EmptyState } from '../components/EmptyState';
import { messages } from '../messages';
import classes from './rows.module.css';

export function VariableList({ variables }: { variables: Variables }) {
  const named = Object.entries(variables).toSorted(([a], [b]) => a.localeCompare(b));
  if (named.length === 0) return <EmptyState title={messages.variables.empty} />;
  return (
    <>
      <dl className={classes.list}>
        {named.map(([name, value]) => (
          <div key={name} className={classes.pair}>
            <dt>{name}</dt>
            <dd className={classes.value}>{JSON.stringify(value, null, 2)}</dd>
          </div>
        ))}
      </dl>
      <Group justify="flex-end" px="sm" pb="sm">
        <CopyButton value={JSON.stringify(variables, null, 2)}>
          {({ copied, copy }) => (
            <Button size="xs" variant="default" onClick={copy}>
              {copied ? messages.instances.copied : messages.variables.copy}
            </Button>
          )}
        </CopyButton>
      </Group>
    </>
  );
}
