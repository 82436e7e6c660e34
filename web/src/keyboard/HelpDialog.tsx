import { Modal, Switch } from '@mantine/core';
import { changeSettings, useSettings } from '../settings/settings';
import { caps, keymap } from './keymap';
import './keyboard.css';

const groups = [...new Set(keymap.map((entry) => entry.group))];

export function HelpDialog({ onClose }: { onClose: () => void }) {
  const { singleKeys } = useSettings();
  return (
    <Modal opened onClose={onClose} title="Keyboard" size={720}>
      <div className="keys-columns">
        {groups.map((group) => (
          <section key={group} className="keys-group">
            <h2>{group}</h2>
            <dl>
              {keymap
                .filter((entry) => entry.group === group)
                .map((entry) => (
                  <div key={entry.id} className="keys-entry">
                    <dt>{entry.does}</dt>
                    <dd>
                      {entry.id === 'tab' ? (
                        <Keys keys="1 8" between="–" />
                      ) : (
                        entry.keys.map((keys) => <Keys key={keys} keys={keys} />)
                      )}
                    </dd>
                  </div>
                ))}
            </dl>
          </section>
        ))}
      </div>
      <Switch
        mt="md"
        label="Keys without a modifier"
        description="Turn off if you speak to your computer or press keys by accident. ⌘/Ctrl keys, arrows, Enter and Esc stay."
        checked={singleKeys}
        onChange={(event) => changeSettings({ singleKeys: event.currentTarget.checked })}
      />
    </Modal>
  );
}

export function Keys({ keys, between = '' }: { keys: string; between?: string }) {
  return (
    <span className="keys-caps">
      {caps(keys).map((cap, index) => (
        <span key={`${cap}${index}`}>
          {index > 0 && between}
          <kbd>{cap}</kbd>
        </span>
      ))}
    </span>
  );
}
