// The three lists beside the diagram: history, waiting points, variables.
import { Badge, Card, Tabs } from '@mantine/core';
import type { HistoryItem, Instance } from '../api/types';
import { messages } from '../messages';
import { HistoryList } from './HistoryList';
import classes from './InstanceTabs.module.css';
import { VariableList } from './VariableList';
import { WaitingList } from './WaitingList';

interface InstanceTabsProps {
  instance: Instance;
  history: HistoryItem[];
  nameOf: (elementId: string) => string;
  selected: string | null;
  onSelect: (elementId: string) => void;
}

function Count({ of }: { of: number }) {
  return of > 0 ? (
    <Badge size="sm" color="gray" circle={of < 10} className={classes.count}>
      {of}
    </Badge>
  ) : null;
}

export function InstanceTabs({ instance, history, ...selection }: InstanceTabsProps) {
  const { waiting, variables, incidents } = instance;
  const stuck = new Set(incidents.map(({ elementId }) => elementId));
  return (
    <Card p={0} className={classes.card}>
      <Tabs defaultValue="history" keepMounted={false} className={classes.tabs}>
        <Tabs.List grow>
          <Tabs.Tab value="history">{messages.history.title}</Tabs.Tab>
          <Tabs.Tab value="waiting" rightSection={<Count of={waiting.length} />}>
            {messages.waiting.title}
          </Tabs.Tab>
          <Tabs.Tab value="variables" rightSection={<Count of={Object.keys(variables).length} />}>
            {messages.variables.title}
          </Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="history" className={classes.panel}>
          <HistoryList items={history} stuck={stuck} {...selection} />
        </Tabs.Panel>
        <Tabs.Panel value="waiting" className={classes.panel}>
          <WaitingList waiting={waiting} {...selection} />
        </Tabs.Panel>
        <Tabs.Panel value="variables" className={classes.panel}>
          <VariableList variables={variables} />
        </Tabs.Panel>
      </Tabs>
    </Card>
  );
}
