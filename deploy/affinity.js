// For nginx's njs: the beginning of a conversation, up to and including its first user message. It stays the same while the
// conversation grows, so every turn goes to the server that has the earlier turns in its cache. For a request that is not a
// conversation, it is the first 1,024 characters of the text.
function beginning(r) {
    try {
        const body = JSON.parse(r.requestText);
        const turns = body.messages || body.input || body.prompt;
        if (!Array.isArray(turns)) {
            return String(turns).slice(0, 1024);
        }
        const user = turns.findIndex((turn) => turn.role === 'user');
        return JSON.stringify([body.system, body.instructions, turns.slice(0, user + 1)]);
    } catch (e) {
        return r.variables.request_id;
    }
}

export default { beginning };
