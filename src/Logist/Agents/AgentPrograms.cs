using Logist.Agents.Streams;

namespace Logist.Agents;

/// <summary>What is known of an agent's program without starting it.</summary>
/// <param name="Name">Of the provider and of the program.</param>
/// <param name="Title">As people call it.</param>
/// <param name="Package">On npm.</param>
/// <param name="Login">How to log in, a sentence.</param>
internal sealed record AgentProgram(string Name, string Title, string Package, string Login)
{
    public string Install => $"npm install -g {Package}";

    public AgentAdvice Advice => new(Title, Install, Login);

    /// <summary>Variables each of which is a login.</summary>
    public required IReadOnlyList<string> Keys { get; init; }

    /// <summary>Where it keeps a login: a variable that moves the directory, the directory in the home directory, the file in it.</summary>
    public required (string? Variable, string Directory, string File) Credentials { get; init; }

    /// <summary>The oldest and the newest version that all of the scenarios were run with.</summary>
    public required (Version From, Version To) Tested { get; init; }
}

/// <summary>The programs that Logist knows how to call.</summary>
internal static class AgentPrograms
{
    public static readonly AgentProgram Claude = new("claude", "Claude Code", "@anthropic-ai/claude-code",
        "run claude and type /login, or set ANTHROPIC_API_KEY or CLAUDE_CODE_OAUTH_TOKEN")
    {
        Keys = ["ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "CLAUDE_CODE_OAUTH_TOKEN", "CLAUDE_CODE_USE_BEDROCK", "CLAUDE_CODE_USE_VERTEX",
            "CLAUDE_CODE_USE_FOUNDRY"],
        Credentials = ("CLAUDE_CONFIG_DIR", ".claude", ".credentials.json"),
        Tested = (new(2, 1, 328), new(2, 1, 328)),
    };

    public static readonly AgentProgram Codex = new("codex", "Codex", "@openai/codex", "run codex login, or set CODEX_API_KEY")
    {
        Keys = ["CODEX_API_KEY", "CODEX_ACCESS_TOKEN", "OPENAI_API_KEY"],
        Credentials = ("CODEX_HOME", ".codex", "auth.json"),
        Tested = (new(0, 169, 0), new(0, 169, 0)),
    };

    public static readonly AgentProgram Cline = new("cline", "Cline", "cline", "run cline auth")
    {
        Keys = ["CLINE_API_KEY"],
        Credentials = (null, ".cline", "data/settings/providers.json"),
        Tested = (new(3, 0, 65), new(3, 0, 65)),
    };

    public static readonly AgentProgram Gemini = new("gemini", "Gemini CLI", "@google/gemini-cli",
        "run gemini and choose how to log in, or set GEMINI_API_KEY")
    {
        Keys = ["GEMINI_API_KEY", "GOOGLE_API_KEY"],
        Credentials = (null, ".gemini", "oauth_creds.json"),
        Tested = (new(0, 61, 0), new(0, 61, 0)),
    };

    public static readonly AgentProgram OpenCode = new("opencode", "opencode", "opencode-ai",
        "run opencode auth login")
    {
        Keys = ["ANTHROPIC_API_KEY", "OPENAI_API_KEY", "GEMINI_API_KEY", "GOOGLE_GENERATIVE_AI_API_KEY", "OPENROUTER_API_KEY",
            "OPENCODE_API_KEY", "OPENCODE_CONFIG_CONTENT"],
        Credentials = ("XDG_DATA_HOME", ".local/share", "opencode/auth.json"),
        Tested = (new(1, 18, 33), new(1, 18, 33)),
    };

    public static readonly AgentProgram Qwen = new("qwen", "Qwen Code", "@qwen-code/qwen-code",
        "run qwen and type /auth; with OPENAI_API_KEY instead set args: [--auth-type, openai] on the agent")
    {
        Keys = ["OPENAI_API_KEY", "DASHSCOPE_API_KEY"],
        Credentials = (null, ".qwen", "oauth_creds.json"),
        Tested = (new(0, 24, 4), new(0, 24, 4)),
    };

    public static IReadOnlyList<AgentProgram> All { get; } = [Claude, Codex, Cline, Gemini, OpenCode, Qwen];

    public static AgentProgram? Find(string provider)
    {
        foreach (var program in All)
        {
            if (program.Name == provider)
            {
                return program;
            }
        }

        return null;
    }
}
