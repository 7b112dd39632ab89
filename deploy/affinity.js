// For nginx's njs: what a conversation begins with, up to its first message of a user. It stays as it is while the conversation
// grows, so that every turn comes to the server that remembers the turns before. Others than conversations go by their beginning.
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
