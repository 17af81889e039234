internal import Records

/// What a newcomer sees once the server is up.
enum Welcome {
    static func show(host: String, port: Int, firstKey: SecretKey?, dataFolder: String) {
        let address = "http://\(host == "0.0.0.0" ? "127.0.0.1" : host):\(port)"
        Terminal.write(text(address: address, key: firstKey?.text, dataFolder: dataFolder))
    }

    static func text(address: String, key: String?, dataFolder: String) -> String {
        let shown = key ?? "hs_…"
        let hint =
            key == nil
            ? "Your key is the one shown at the first start; a new one: heatsink keys create --plan pro --data \(dataFolder)"
            : "Your first key, shown only now: \(shown)"
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
                client = OpenAI(base_url="\(address)/v1", api_key="\(shown)")
                answer = client.images.edit(image=open("Docs/Images/photo.jpg", "rb"), prompt="pencil and wash")
                import base64
                open("painted.png", "wb").write(base64.b64decode(answer.data[0].b64_json))

            Ctrl-C stops it; what was accepted is kept and goes on at the next start.

            """
    }
}
