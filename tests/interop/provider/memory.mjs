// Where the provider keeps codes, tokens, grants and sessions: it survives an exchange of the signing keys.
const GRANTABLE = new Set(['AccessToken', 'AuthorizationCode', 'DeviceCode', 'RefreshToken']);

export class Memory {
  static #everything = new Map();

  /** Makes the codes that nobody exchanged yet a day old. */
  static expireCodes() {
    for (const [key, payload] of Memory.#everything) {
      if (key.startsWith('AuthorizationCode:')) payload.exp -= 86_400;
    }
  }

  constructor(kind) {
    this.kind = kind;
  }

  #key(id) {
    return `${this.kind}:${id}`;
  }

  #mine() {
    const mine = [...Memory.#everything].filter(([key]) => key.startsWith(`${this.kind}:`));
    return mine.map(([, payload]) => payload);
  }

  async upsert(id, payload) {
    Memory.#everything.set(this.#key(id), payload);
  }

  async find(id) {
    return Memory.#everything.get(this.#key(id));
  }

  async findByUid(uid) {
    return this.#mine().find((payload) => payload.uid === uid);
  }

  async findByUserCode(userCode) {
    return this.#mine().find((payload) => payload.userCode === userCode);
  }

  async consume(id) {
    (await this.find(id)).consumed = Math.floor(Date.now() / 1000);
  }

  async destroy(id) {
    Memory.#everything.delete(this.#key(id));
  }

  async revokeByGrantId(grantId) {
    for (const [key, payload] of Memory.#everything) {
      if (GRANTABLE.has(key.split(':')[0]) && payload.grantId === grantId) Memory.#everything.delete(key);
    }
  }
}
