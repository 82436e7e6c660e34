import { Autocomplete, NumberInput, SegmentedControl, Switch } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { knowsZone, moment, zoneName } from '../../format/time';
import { askToNotify, canNotify } from '../../settings/notify';
import { changeSettings, useSettings, type Settings } from '../../settings/settings';
import { useNow } from '../../shared/clock';
import { About } from './About';
import { Agents } from './Agents';
import './settings.css';

const zones = ['local', 'UTC', ...Intl.supportedValuesOf('timeZone')];

export function SettingsPage() {
  const settings = useSettings();
  const now = useNow(1000);
  const change = <K extends keyof Settings>(name: K) => ({
    value: settings[name],
    onChange: (value: Settings[K]) => changeSettings({ [name]: value }),
  });

  return (
    <div className="settings">
      <header className="page-head">
        <h1>Settings</h1>
        <p className="dim">Kept in this browser.</p>
      </header>

      <Group title="Appearance">
        <Line label="Theme">
          <SegmentedControl
            aria-label="Theme"
            {...change('theme')}
            data={[
              { value: 'system', label: 'System' },
              { value: 'light', label: 'Light' },
              { value: 'dark', label: 'Dark' },
              { value: 'contrast', label: 'High contrast' },
            ]}
          />
        </Line>
        <Line label="Rows">
          <SegmentedControl
            aria-label="Rows"
            {...change('density')}
            data={[
              { value: 'compact', label: 'Compact' },
              { value: 'comfortable', label: 'Comfortable' },
            ]}
          />
        </Line>
        <Line label="Motion" hint="Nothing turns or pulses when reduced.">
          <SegmentedControl
            aria-label="Motion"
            {...change('motion')}
            data={[
              { value: 'system', label: 'System' },
              { value: 'reduced', label: 'Reduced' },
            ]}
          />
        </Line>
      </Group>

      <Group title="Time">
        <Line label="Zone" hint={`It is ${moment(new Date(now).toISOString(), now, settings)} in ${zoneName(settings.zone)}.`}>
          <ZoneField />
        </Line>
        <Line label="Clock">
          <SegmentedControl
            aria-label="Clock"
            value={settings.hour12 ? '12' : '24'}
            onChange={(value) => changeSettings({ hour12: value === '12' })}
            data={[
              { value: '24', label: '24 hours' },
              { value: '12', label: '12 hours' },
            ]}
          />
        </Line>
        <Toggle name="relative" label="Ages instead of times in lists" hint="The exact time is shown on hover." />
      </Group>

      <Group title="Work">
        <Line label="Default budget" hint="Proposed when you run a workflow. Empty: the workflow decides.">
          <NumberInput
            aria-label="Default budget"
            prefix="$"
            min={0}
            decimalScale={2}
            w={140}
            value={settings.budgetUsd}
            onChange={(value) => changeSettings({ budgetUsd: String(value) })}
          />
        </Line>
        <NotifyToggle />
        <Toggle name="singleKeys" label="Keys without a modifier" hint="Off: only ⌘/Ctrl keys, arrows, Enter and Esc act." />
      </Group>

      <Group title="Agents on this machine">
        <Agents />
      </Group>
      <Group title="About">
        <About />
      </Group>
    </div>
  );
}

function Group({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="settings-group" aria-label={title}>
      <h2>{title}</h2>
      <div>{children}</div>
    </section>
  );
}

function Line({ label, hint, children }: { label: string; hint?: string; children: ReactNode }) {
  return (
    <div className="settings-line">
      <div>
        <span>{label}</span>
        {hint && <p className="dim">{hint}</p>}
      </div>
      {children}
    </div>
  );
}

function Toggle({ name, label, hint }: { name: 'relative' | 'singleKeys'; label: string; hint: string }) {
  const settings = useSettings();
  return (
    <Line label={label} hint={hint}>
      <Switch
        aria-label={label}
        checked={settings[name]}
        onChange={(event) => changeSettings({ [name]: event.currentTarget.checked })}
      />
    </Line>
  );
}

/** A zone that does not exist is not taken over: every time on the page would fail with it. */
function ZoneField() {
  const { zone } = useSettings();
  const [text, setText] = useState(zone);
  const known = knowsZone(text);
  return (
    <Autocomplete
      aria-label="Zone"
      w={240}
      data={zones}
      limit={60}
      value={text}
      error={known ? null : 'No such zone'}
      onChange={(value) => {
        setText(value);
        if (knowsZone(value)) changeSettings({ zone: value });
      }}
    />
  );
}

function NotifyToggle() {
  const { notify } = useSettings();
  const [refused, setRefused] = useState(false);
  const change = async (wanted: boolean) => {
    if (wanted) setRefused(!(await askToNotify()));
    else changeSettings({ notify: false });
  };
  const hint = refused ? 'The browser does not allow it.' : 'When a job waits for you and this page is in the background.';
  return (
    <Line label="Notifications" hint={canNotify() ? hint : 'This browser has none.'}>
      <Switch
        aria-label="Notifications"
        checked={notify}
        disabled={!canNotify()}
        onChange={(event) => void change(event.currentTarget.checked)}
      />
    </Line>
  );
}
