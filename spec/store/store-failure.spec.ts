import { expect } from 'chai';
import { storeFailure } from '../../lib/store/store-failure.js';

const ioError = (text: string): Error => Object.assign(new Error(text), { code: 'LEVEL_IO_ERROR' });

describe('storeFailure', () => {
  it('keeps the code of the system, and finds it in what LevelDB says', () => {
    const codes = [
      Object.assign(new Error('x'), { code: 'EACCES' }),
      ioError('IO error: x/LOCK: Permission denied'),
      ioError('IO error: x: Read-only file system'),
      ioError('IO error: x: Too many open files'),
      ioError('IO error: x/000005.ldb: Invalid argument'),
      ioError('IO error: something else'),
      new Error('outer', { cause: Object.assign(new Error('Corruption: x'), { code: 'LEVEL_CORRUPTION' }) }),
      'not an error',
    ].map((cause) => storeFailure('p', 'read', cause).code);
    expect(codes).to.deep.equal(['EACCES', 'EACCES', 'EROFS', 'EMFILE', 'CORRUPT', 'EIO', 'CORRUPT', 'EIO']);
  });
});
