// The frame around every page: product, deploying, account; and the whole page as a place to drop files.
import { Avatar, Group, Menu, Text, UnstyledButton } from '@mantine/core';
import type { MouseEvent, ReactNode } from 'react';
import { setSession, useSession } from '../api/session';
import { IconUser } from '../components/icons';
import { Mark } from '../components/Mark';
import { DeployButton } from '../deploy/DeployButton';
import { DropArea } from '../deploy/DropArea';
import { messages } from '../messages';
import { hrefs } from '../routes';
import classes from './Shell.module.css';

const CONTENT = 'content';

/** The address's hash holds the page, so the link cannot simply be `#content`. */
function skipToContent(event: MouseEvent): void {
  event.preventDefault();
  document.getElementById(CONTENT)?.focus();
}

function Account({ user }: { user: string }) {
  return (
    <Menu position="bottom-end" withinPortal width={180}>
      <Menu.Target>
        <UnstyledButton aria-label={messages.login.account(user)} className={classes.account}>
          <Avatar size={34} radius="xl" color="petrol" variant="light">
            <IconUser />
          </Avatar>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{user}</Menu.Label>
        <Menu.Item onClick={() => setSession(null)}>{messages.login.logOut}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

export function Shell({ children }: { children: ReactNode }) {
  const session = useSession();
  return (
    <>
      <a className={classes.skip} href={`#${CONTENT}`} onClick={skipToContent}>
        {messages.skip}
      </a>
      <header className={classes.header}>
        <a href={hrefs.home()} className={classes.brand}>
          <Mark />
          <Text span fw={620} className={classes.product}>
            {messages.product}
          </Text>
          <Text span c="dimmed" size="sm" visibleFrom="md">
            {messages.area}
          </Text>
        </a>
        <Group gap="sm" wrap="nowrap">
          <DeployButton />
          {session && <Account user={session.user} />}
        </Group>
      </header>
      <main id={CONTENT} tabIndex={-1} className={classes.main}>
        {children}
      </main>
      <DropArea />
    </>
  );
}
