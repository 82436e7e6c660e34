namespace Logist.RealAgents.Tests.Support;

/// <summary>An agent program in the version of eng/agents, told to ask a fake model.</summary>
/// <param name="Version">As eng/agents pins it; null where the program does not tell.</param>
/// <param name="Declare">From the model's base URL to the agent's declaration in a workflow.</param>
internal sealed record RealAgent(string Name, string Model, string? Version, Func<string, string> Declare)
{
    private const string Key = "sk-test";

    private static readonly string Root = FindRoot();

    private static readonly RealAgent[] Default =
    [
        new("claude", "claude-sonnet-4-5", "2.1.328", url => $$"""
            { provider: claude, model: claude-sonnet-4-5, env: { ANTHROPIC_BASE_URL: "{{url}}", ANTHROPIC_API_KEY: {{Key}} } }
            """)
        {
            TellsCost = true,
        },
        new("codex", "fake-model", null, url => $$"""
            { provider: codex, model: fake-model, env: { FAKE_KEY: {{Key}} },
              args: ["-c", 'model_provider="fake"', "-c", 'model_providers.fake={ name = "fake", base_url = "{{url}}/v1",
                env_key = "FAKE_KEY", wire_api = "responses", request_max_retries = 1, stream_max_retries = 1 }'] }
            """),
        new("gemini", "gemini-2.5-pro", null, url => $$"""
            { provider: gemini, model: gemini-2.5-pro, env: { GOOGLE_GEMINI_BASE_URL: "{{url}}", GEMINI_API_KEY: {{Key}} } }
            """),
    ];

    /// <summary>It says itself what a call cost.</summary>
    public bool TellsCost { get; init; }

    /// <summary>It can go on with a session of an earlier process.</summary>
    public bool Resumes { get; init; } = true;

    /// <summary>Those of ./test.sh, or with LOGIST_TEST_AGENTS=all those of scripts/agents.sh.</summary>
    public static IReadOnlyList<RealAgent> All { get; } = Default;

    public static TheoryData<string> Names => [.. All.Select(agent => agent.Name)];

    public static RealAgent Named(string name) => All.Single(agent => agent.Name == name);

    /// <summary>One of another make, for reviews.</summary>
    public RealAgent Other => Default[(Array.IndexOf(Default, this) + 1) % Default.Length];

    /// <summary>Where its program is found, before the machine's own.</summary>
    public static string Path { get; } = string.Join(':', ((string[])["default", "more"])
        .Select(set => System.IO.Path.Combine(Root, "artifacts", "agents", set, "node_modules", ".bin")).Append("/usr/local/bin:/usr/bin:/bin"));

    /// <summary>What a user would have done once: logged in.</summary>
    public static void LogIn(string home)
    {
        var gemini = Directory.CreateDirectory(System.IO.Path.Combine(home, ".gemini")).FullName;
        File.WriteAllText(System.IO.Path.Combine(gemini, "settings.json"), """
            {"security":{"auth":{"selectedType":"gemini-api-key"}},"general":{"maxAttempts":2,"enableAutoUpdate":false},
            "privacy":{"usageStatisticsEnabled":false}}
            """);
    }

    /// <summary>Nothing is skipped: without its program a test fails, and says what to do.</summary>
    public static void ShouldBeInstalled() => File.Exists(System.IO.Path.Combine(Root, "artifacts/agents/default/installed"))
        .ShouldBeTrue("the agents are not there: run eng/agents/install.sh default");

    private static string FindRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(System.IO.Path.Combine(directory!.FullName, "Logist.slnx")))
        {
            directory = directory.Parent;
        }

        return directory.FullName;
    }
}
