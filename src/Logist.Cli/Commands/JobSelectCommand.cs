namespace Logist.Cli.Commands;

internal static class JobSelectCommand
{
    internal sealed record Options(string Job);

    public static CliCommand Build()
    {
        var job = Cli.Options.Required("job", "id or unique prefix of at least 4 characters");
        return new CliCommand("select", "Makes a job the one that commands without <job> mean.")
        {
            Arguments = { job },
            Examples = ["logist job select fix-login"],
            Execute = (session, parse, ct) => ExecuteAsync(session, new Options(parse.GetValue(job)!), ct),
        };
    }

    private static async Task<int> ExecuteAsync(Session session, Options options, CancellationToken ct)
    {
        var job = JobReference.Resolve(session, options.Job);
        await session.Jobs!.SelectAsync(job, ct);
        if (session.Globals.Json)
        {
            session.Terminal.WriteJson(json =>
            {
                json.WriteStartObject();
                json.WriteString("schema", "logist.selected/v1");
                json.WriteString("job_id", job.Value);
                json.WriteEndObject();
            });
        }
        else
        {
            session.Terminal.Out.WriteLine(job.Value);
        }

        return ExitCode.Ok;
    }
}
