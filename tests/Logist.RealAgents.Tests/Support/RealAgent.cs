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

    private static readonly RealAgent[] More =
    [
        new("qwen", "fake-model", "0.24.4", url => $$"""
            { provider: qwen, model: fake-model, args: [--auth-type, openai], env: { OPENAI_API_KEY: {{Key}}, OPENAI_BASE_URL: "{{url}}/v1" } }
            """)
        {
            GivesUp = false,
            TellsLimits = false,
        },
        new("opencode", "fake/fake-model", null, url => $$$$"""
            { provider: opencode, model: fake/fake-model, env: { OPENCODE_DISABLE_MODELS_FETCH: "1", OPENCODE_DISABLE_LSP_DOWNLOAD: "1",
              OPENCODE_CONFIG_CONTENT: '{"autoupdate":false,"share":"disabled","small_model":"fake/fake-model","permission":{"*":"allow"},
                "provider":{"fake":{"npm":"@ai-sdk/openai-compatible","name":"Fake","options":{"baseURL":"{{{{url}}}}/v1","apiKey":"{{{{Key}}}}"},
                "models":{"fake-model":{"name":"fake","limit":{"context":128000,"output":8000},"cost":{"input":3,"output":15} } } } } }' } }
            """)
        {
            GivesUp = false,
        },
        new("cline", "fake-model", null, _ => "{ provider: cline, model: fake-model }") { Resumes = false, GivesUp = false },
        new("gemini-acp", "gemini-2.5-pro", null, url => $$"""
            { provider: acp, command: [gemini, --acp, --skip-trust, -m, gemini-2.5-pro],
              env: { GOOGLE_GEMINI_BASE_URL: "{{url}}", GEMINI_API_KEY: {{Key}} } }
            """)
        {
            Provider = "acp",
            Resumes = false,
            TellsCached = false,
            TokensOut = 120,
        },
        new("claude-acp", "claude-sonnet-4-5", null, url => $$"""
            { provider: acp, command: [claude-agent-acp], env: { ANTHROPIC_BASE_URL: "{{url}}", ANTHROPIC_API_KEY: {{Key}},
              ANTHROPIC_MODEL: claude-sonnet-4-5, CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1", CLAUDE_CODE_MAX_RETRIES: "1", IS_SANDBOX: "1" } }
            """)
        {
            Provider = "acp",
        },
        new("codex-acp", "fake-model", null, _ => "{ provider: acp, command: [codex-acp] }") { Provider = "acp" },
    ];

    /// <summary>What inspect calls the way it is driven.</summary>
    public string Provider { get; init; } = Name;

    /// <summary>It says itself what a call cost.</summary>
    public bool TellsCost { get; init; }

    public bool TellsCached { get; init; } = true;

    /// <summary>Of a call that uses a tool and answers. Some leave out what the model thought.</summary>
    public long TokensOut { get; init; } = 130;

    /// <summary>Its own retries end before a minute is over; else a limit of time has to end it.</summary>
    public bool GivesUp { get; init; } = true;

    /// <summary>It tells of a limit and ends; else it waits by itself, a minute each time.</summary>
    public bool TellsLimits { get; init; } = true;

    /// <summary>It can go on with a session of an earlier process. Gemini tells one by the protocol, and then does not find it.</summary>
    public bool Resumes { get; init; } = true;

    /// <summary>Those of ./test.sh, or with LOGIST_TEST_AGENTS=all those of scripts/agents.sh.</summary>
    public static IReadOnlyList<RealAgent> All { get; } =
        Environment.GetEnvironmentVariable("LOGIST_TEST_AGENTS") == "all" ? [.. Default, .. More] : Default;

    public static TheoryData<string> Names => [.. All.Select(agent => agent.Name)];

    public static RealAgent Named(string name) => All.Single(agent => agent.Name == name);

    /// <summary>One of another make, for reviews.</summary>
    public RealAgent Other =>
        Default[(Array.FindIndex(Default, agent => Name.StartsWith(agent.Name, StringComparison.Ordinal)) + 1) % Default.Length];

    /// <summary>Where its program is found, before the machine's own.</summary>
    public static string Path { get; } = string.Join(':', ((string[])["default", "more"])
        .Select(set => System.IO.Path.Combine(Root, "artifacts", "agents", set, "node_modules", ".bin"))
        .Append("/usr/local/bin:/usr/bin:/bin"));

    /// <summary>What a user would have done once: logged in.</summary>
    public static void LogIn(string home, string url)
    {
        var codex = Directory.CreateDirectory(System.IO.Path.Combine(home, ".codex")).FullName;
        File.WriteAllText(System.IO.Path.Combine(codex, "config.toml"), $"""
            model = "fake-model"
            model_provider = "fake"
            check_for_update_on_startup = false
            [analytics]
            enabled = false
            [model_providers.fake]
            name = "fake"
            base_url = "{url}/v1"
            experimental_bearer_token = "{Key}"
            wire_api = "responses"
            request_max_retries = 1
            stream_max_retries = 1
            """);
        var cline = Directory.CreateDirectory(System.IO.Path.Combine(home, ".cline/data/settings")).FullName;
        File.WriteAllText(System.IO.Path.Combine(cline, "providers.json"), $$$$"""
            {"version":1,"lastUsedProvider":"openai-compatible","modes":{},"providers":{"openai-compatible":{"settings":{
            "provider":"openai-compatible","apiKey":"{{{{Key}}}}","model":"fake-model","baseUrl":"{{{{url}}}}/v1"},
            "updatedAt":"2026-11-20T00:00:00.000Z","tokenSource":"manual"} } }
            """);
        var qwen = Directory.CreateDirectory(System.IO.Path.Combine(home, ".qwen")).FullName;
        File.WriteAllText(System.IO.Path.Combine(qwen, "settings.json"), """{"privacy":{"usageStatisticsEnabled":false}}""");
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
