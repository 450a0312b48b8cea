/** The page's own scheme and origin. A standard scheme, so that `'self'`, fetch and relative paths work as on the web. */
export const appScheme = 'gyrus';
export const appOrigin = `${appScheme}://app`;

export const schemePrivileges = {
  scheme: appScheme,
  privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true, codeCache: true },
};
