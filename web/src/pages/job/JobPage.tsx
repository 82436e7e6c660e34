import { useQuery } from '@tanstack/react-query';
import { jobQuery } from '../../api/queries';

export function JobPage({ job }: { job: string }) {
  const { data } = useQuery(jobQuery(job));
  return <h1>{data?.job_id ?? job}</h1>;
}
