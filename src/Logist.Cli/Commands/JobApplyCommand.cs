using Logist.Core;
using Logist.Git;
using Logist.Views;

namespace Logist.Cli.Commands;

internal static class JobApplyCommand
{
    internal sealed record Options(string? Job, string? Branch);

    public static CliCommand Build()
    {
        var job = Cli.Options.Job();
        var branch = Cli.Options.Value("--branch", "name", "branch to make or move forward (default: logist/<job>)");
        return new CliCommand("apply", "Brings the job's result as a branch into the source repository.")
        {
            Arguments = { job },
            Options = { branch },
            Remarks = "Only that branch is written; what is checked out, the index, stashes and other branches are not touched.",
            Examples = ["logist job apply fix-login", "logist job apply fix-login --branch fix/login"],
            Execute = (session, parse, ct) => ExecuteAsync(session, new Options(parse.GetValue(job), parse.GetValue(branch)), ct),
        };
    }

    private static async Task<int> ExecuteAsync(Session session, Options options, CancellationToken ct)
    {
        var id = JobReference.Resolve(session, options.Job);
        var opened = await Drive.SettledAsync(session, await OpenedJob.ReadAsync(session, id, ct), ct);
        var job = opened.Loaded.State;
        if (job.Created?.Source is not { } source)
        {
            throw new LogistException(ErrorKind.WrongState, $"{id} has no source repository", "it was created without one",
                $"its result is in {opened.Layout.Workspace}");
        }

        if (job.Heads.Count > 0)
        {
            throw new LogistException(ErrorKind.WrongState, $"the results of {id} conflict with each other",
                $"there are {job.Heads.Count}: {string.Join(", ", job.Heads)}",
                $"git fetch {opened.Layout.Repository} <commit>");
        }

        if (job.Head is not { } head)
        {
            throw new LogistException(ErrorKind.WrongState, $"{id} has no result yet", null, $"logist job run {id}");
        }

        var branch = options.Branch ?? ManifestDocument.BranchName(job);
        SourceRepository.Apply(new JobRepository(opened.Layout), source, branch, head);
        Request.Tell(session, job, $"branch {branch} in {source} is at {head[..12]}", json =>
        {
            json.WriteString("source", source);
            json.WriteString("branch", branch);
            json.WriteString("commit", head);
        });
        session.Terminal.WriteHint($"look at it: git -C {source} log -p {branch}");
        return ExitCode.Ok;
    }
}
