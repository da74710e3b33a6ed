require('node:module').setSourceMapsSupport(true, { nodeModules: false });
