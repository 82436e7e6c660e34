using System.Text.Json;
using Logist.Cli;
using Logist.Cli.Output;

namespace Logist.Tests.Cli;

/// <summary>One command line in this process, in a directory of its own that is removed afterwards.</summary>
internal sealed class CliRun : IDisposable
{
    private readonly Dictionary<string, string?> _variables = new(StringComparer.Ordinal);

    public CliRun() => _variables["LOGIST_HOME"] = Path.Combine(Root, "home");

    public string Root { get; } = Directory.CreateTempSubdirectory("logist-cli-").FullName;

    public string JobsDirectory => Path.Combine(Root, "home", "jobs");

    public string Out { get; private set; } = "";

    public string Err { get; private set; } = "";

    public Surroundings Surroundings => new(_variables.GetValueOrDefault, () => Root, TimeProvider.System);

    public CliRun With(string variable, string? value)
    {
        _variables[variable] = value;
        return this;
    }

    /// <summary>A person at the terminal who types this; null: nobody is there.</summary>
    public string? Answer { get; set; }

    public async Task<int> RunAsync(params string[] args)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        using var streams = new StandardStreams(output, error, Answer is not null, false, Answer is not null, () => null)
        {
            In = new StringReader(Answer ?? ""),
        };
        var code = await CommandLine.RunAsync(args, streams, Surroundings);
        (Out, Err) = (output.ToString(), error.ToString());
        return code;
    }

    /// <summary>A job's directory with a manifest of the given steps.</summary>
    public void Job(string id, params string[] steps)
    {
        var directory = Directory.CreateDirectory(Path.Combine(JobsDirectory, id)).FullName;
        var phases = string.Join(',', steps.Select((step, i) => $$"""{"number":{{i + 1}},"name":"{{step}}","needs":["name"]}"""));
        File.WriteAllText(Path.Combine(directory, "job_manifest.json"),
            $$$"""{"schema":"logist.manifest/v1","job_id":"{{{id}}}","phases":[{{{phases}}}],"git":{"name":"x"}}""");
    }

    public JsonElement Json(string text) => JsonDocument.Parse(text).RootElement;

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
