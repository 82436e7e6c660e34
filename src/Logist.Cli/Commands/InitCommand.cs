using Logist.Stores;
using Logist.Views;
using Logist.Workflows;

namespace Logist.Cli.Commands;

internal static class InitCommand
{
    private const string HelloWorkflow = """
        # yaml-language-server: $schema=../workflow.schema.json
        version: 1
        name: hello
        steps:
          greet:
            run: echo "Hello from $LOGIST_JOB_ID" > hello.txt
          check:
            needs: [greet]
            run: grep Hello hello.txt

        """;

    internal sealed record Options(string? Directory, bool Force);

    public static CliCommand Build()
    {
        var directory = Cli.Options.Optional("dir", "the project (default: the current directory)");
        var force = Cli.Options.Flag("--force", "write the example workflow also where there is no git repository");
        return new CliCommand("init", "Makes the jobs directory and, in a git repository, an example workflow. Never overwrites anything.")
        {
            Arguments = { directory },
            Options = { force },
            Examples = ["logist init", "logist init ~/src/app"],
            Execute = (session, parse, _) => ExecuteAsync(session, new Options(parse.GetValue(directory), parse.GetValue(force))),
        };
    }

    private static Task<int> ExecuteAsync(Session session, Options options)
    {
        var made = new List<string>();
        _ = new JobsDirectory(session.JobsDirectory);
        Make(Path.Combine(session.JobsDirectory, "jobs_index.json"),
            """{"schema":"logist.jobs_index/v1","current_job_id":null,"jobs":{}}""" + "\n", made);

        var project = session.Surroundings.Absolute(options.Directory ?? ".");
        if ((options.Force ? project : RepositoryAround(project)) is { } root)
        {
            var logist = Path.Combine(root, ".logist");
            Directory.CreateDirectory(Path.Combine(logist, "workflows"));
            Make(Path.Combine(logist, "workflows", "hello.yaml"), HelloWorkflow, made);
            Make(Path.Combine(logist, "workflow.schema.json"), WorkflowSchema.Json, made);
        }

        Report(session, made);
        return Task.FromResult(ExitCode.Ok);
    }

    private static void Make(string path, string content, List<string> made)
    {
        if (File.Exists(path))
        {
            return;
        }

        using var file = new StreamWriter(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write });
        file.Write(content);
        made.Add(path);
    }

    /// <summary>The working tree around a directory, found by its <c>.git</c> (a file in linked working trees).</summary>
    private static string? RepositoryAround(string directory)
    {
        for (string? at = directory; at is not null; at = Path.GetDirectoryName(at))
        {
            if (Path.Exists(Path.Combine(at, ".git")))
            {
                return at;
            }
        }

        return null;
    }

    private static void Report(Session session, List<string> made)
    {
        if (session.Globals.Json)
        {
            session.Terminal.WriteJson(writer =>
            {
                writer.WriteStartObject();
                writer.WriteString("schema", "logist.init/v1");
                writer.WriteString("jobs_dir", session.JobsDirectory);
                writer.WriteStartArray("made");
                made.ForEach(writer.WriteStringValue);
                writer.WriteEndArray();
                writer.WriteEndObject();
            });
            return;
        }

        foreach (var path in made)
        {
            session.Terminal.Out.WriteLine($"made {SafeText.OneLine(path)}");
        }

        if (made.Count == 0)
        {
            session.Terminal.Out.WriteLine($"everything is there already: {SafeText.OneLine(session.JobsDirectory)}");
        }
    }
}
