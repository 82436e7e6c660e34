import { describe, expect, test } from 'vitest';
import { sinceMoment } from '../src/format/time';
import { suggestionsFor, withState, wordsOf } from '../src/pages/jobs/filter';

describe('the words of the filter', () => {
  test('states, who asked, and since are taken apart from what is looked for', () => {
    expect(wordsOf('state:failed by:me since:7d login  page')).toEqual({
      status: ['INTERVENTION_REQUIRED'],
      by: 'me',
      since: '7d',
      q: 'login page',
      wrong: [],
    });
  });

  test('several states add up, and a name with a blank is quoted', () => {
    const { status, by } = wordsOf('state:failed,success state:Pending by:"Olga Operator"');
    expect(status).toEqual(['INTERVENTION_REQUIRED', 'SUCCESS', 'PENDING']);
    expect(by).toBe('Olga Operator');
  });

  test('a word that no list can mean is named; another word with a colon is only text', () => {
    expect(wordsOf('state:fine since:lately fix:login')).toMatchObject({
      wrong: ['state:fine', 'since:lately'],
      status: [],
      since: '',
      q: 'fix:login',
    });
  });

  test('a word that is not finished yet filters nothing', () => {
    expect(wordsOf('state: by:')).toMatchObject({ status: [], by: '', wrong: [] });
  });

  test('another state takes the place of the one that was named and leaves the rest', () => {
    expect(withState('by:me state:failed login', 'running')).toBe('state:running by:me login');
    expect(withState('state:failed login', null)).toBe('login');
  });

  test('what is being typed is made whole, and what stands there is not proposed again', () => {
    expect(suggestionsFor('by:me state:su').map((one) => one.text)).toEqual(['by:me state:suspended ', 'by:me state:success ']);
    expect(suggestionsFor('by:me ').map((one) => one.word)).not.toContain('by:me');
    expect(suggestionsFor('export')).toEqual([]);
  });

  test('a period ends now, and a date is one', () => {
    const now = Date.parse('2026-11-20T12:00:00Z');
    expect(sinceMoment('7d', now)).toBe('2026-11-13T12:00:00.000Z');
    expect(sinceMoment('2026-11-01', now)).toBe('2026-11-01');
    expect(sinceMoment('soon', now)).toBeNull();
  });
});
