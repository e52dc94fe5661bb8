// Lets a file be dropped anywhere on the page, and shows that while one is held over it.
import { Text } from '@mantine/core';
import { useEffect, useState } from 'react';
import { IconUpload } from '../components/icons';
import { messages } from '../messages';
import classes from './DropArea.module.css';
import { useDeployment } from './DeploymentProvider';

function holdsFiles(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes('Files') ?? false;
}

/** True while a file is held over the window. `relatedTarget` is null when it leaves the window. */
function useFileDrop(onDrop: (files: File[]) => void): boolean {
  const [held, setHeld] = useState(false);
  useEffect(() => {
    const listening = new AbortController();
    const on = (type: 'dragover' | 'dragleave' | 'drop', listener: (event: DragEvent) => void) =>
      window.addEventListener(type, listener, { signal: listening.signal });
    on('dragover', (event) => {
      if (!holdsFiles(event)) return;
      event.preventDefault();
      setHeld(true);
    });
    on('dragleave', (event) => {
      if (event.relatedTarget === null) setHeld(false);
    });
    on('drop', (event) => {
      if (!holdsFiles(event)) return;
      event.preventDefault();
      setHeld(false);
      onDrop([...(event.dataTransfer?.files ?? [])]);
    });
    return () => listening.abort();
  }, [onDrop]);
  return held;
}

export function DropArea() {
  const { deploy } = useDeployment();
  const held = useFileDrop(deploy);
  if (!held) return null;
  return (
    <div className={classes.cover}>
      <div className={classes.target}>
        <IconUpload size={40} />
        <Text fw={620} size="xl">
          {messages.deploy.drop}
        </Text>
        <Text c="dimmed">{messages.deploy.dropLead}</Text>
      </div>
    </div>
  );
}
