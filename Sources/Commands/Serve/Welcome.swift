internal import Logging

/// What a newcomer sees once the server is up.
enum Welcome {
    /// One more line of the log, for programs.
    static func log(address: String, key: FirstKey.Place, _ logger: Logger) {
        var metadata: Logger.Metadata = ["address": "\(address)"]
        if case .file(let path) = key { metadata["first-key"] = "\(path)" }
        logger.notice("ready", metadata: metadata)
    }

    /// Where a browser on this machine finds the server.
    static func address(host: String, port: Int) -> String {
        switch host {
        case "0.0.0.0": "http://127.0.0.1:\(port)"
        case "::": "http://[::1]:\(port)"
        default: host.contains(":") ? "http://[\(host)]:\(port)" : "http://\(host):\(port)"
        }
    }

    static func text(address: String, key: FirstKey.Place, dataFolder: String) -> String {
        let (shown, hint) =
            switch key {
            case .terminal(let key): (key, "Your first key, shown only now: \(key)")
            case .file(let path):
                (
                    "$(cat \(path))",
                    "Your first key is in \(path), which only this user can read. Note it elsewhere, then remove the file."
                )
            case .unknown:
                (
                    "hs_…",
                    """
                    Your key is the one of the first start; a new one: \
                    heatsink keys create --plan pro --data \(dataFolder)
                    """
                )
            }
        return """

            Heatsink is ready at \(address)
            \(hint)

            In a browser:

                \(address)/studio     write a sentence or drop a photo, and watch it being painted
                \(address)/ops        the control room: sign in with an operator's key, as the first one is
                \(address)/verify     drop a picture: was it painted here, and is it unchanged
                \(address)/rights     the policy, opting out, taking a picture down, appeals
                \(address)/status     how it stands, for everybody

            With curl:

                curl \(address)/v1/images/edits -H "Authorization: Bearer \(shown)" \\
                    -F image=@Docs/Images/photo.jpg -F prompt="pencil and wash" -F response_format=url
                curl \(address)/v1/images/generations -H "Authorization: Bearer \(shown)" \\
                    --json '{"prompt": "a lighthouse at dusk, first snow", "response_format": "url"}'

            With Python (pip install openai):

                from openai import OpenAI
                client = OpenAI(base_url="\(address)/v1", api_key=\(python(key)))
                answer = client.images.edit(image=open("Docs/Images/photo.jpg", "rb"), prompt="pencil and wash")
                import base64
                open("painted.png", "wb").write(base64.b64decode(answer.data[0].b64_json))

            Ctrl-C stops it; what was accepted is kept and goes on at the next start.

            """
    }

    private static func python(_ key: FirstKey.Place) -> String {
        switch key {
        case .terminal(let key): "\"\(key)\""
        case .file(let path): "open(\"\(path)\").read().strip()"
        case .unknown: "\"hs_…\""
        }
    }
}
